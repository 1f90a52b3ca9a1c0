"""The web server: the only package that imports FastAPI."""
