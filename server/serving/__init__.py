"""The web server: connections in an event loop, and Flask in threads behind it."""
