"""The public benchmark: how near a sharpened temperature comes to a finer sensor's."""
