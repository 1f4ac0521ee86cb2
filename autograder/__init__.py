"""The course's machinery: release, solve, check, submit, grade, feedback and export, on nbgrader."""
