"""Search of scenes for more objects like the examples of a class."""
