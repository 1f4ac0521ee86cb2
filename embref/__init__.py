"""Reference implementations of the models and worked numbers of the course.

Every module can be imported on its own: ``from embref import word2vec``.
"""

__version__ = "0.1.0"
