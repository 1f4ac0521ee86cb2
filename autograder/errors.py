"""The one exception that a user of the command line is meant to read."""


class CourseError(Exception):
    """A mistake in a course, a notebook or a command: what was given, what was expected, what to do."""
