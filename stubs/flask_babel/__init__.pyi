"""What we use of Flask-Babel, which says no types itself."""
