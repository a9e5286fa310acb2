"""Tools of the repository: set-up, structure report, gates. Not part of the package."""
