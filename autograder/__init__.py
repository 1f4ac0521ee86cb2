"""The course's machinery: releasing, solving, checking and grading, on nbgrader."""
