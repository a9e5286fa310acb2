"""The web process: a Flask app over one project: JSON API, map tiles, web client. Never imports torch."""
