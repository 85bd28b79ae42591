"""What is done to a scene before it is sharpened, or to a result after."""
