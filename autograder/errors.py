"""The one exception that a user of the command line is meant to read."""


class CourseError(Exception):
    """A user's mistake: what was given, what was expected, what to do."""
