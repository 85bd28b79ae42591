"""From a sensor, an area and a date to a scene: searched, read, decoded."""
