"""What stands behind `start.py`: set-up, checks, tests, figures. Not part of the installed platform."""
