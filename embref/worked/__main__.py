"""Print the registry: ``python -m embref.worked [SOURCE]``."""

import os
import sys

from embref.worked.registry import format_table


def main(arguments: list[str]) -> int:
    """Print the registry as plain text.

    Parameters
    ----------
    arguments : list of str
        At most one source.

    Returns
    -------
    int
        Exit status: 0, or 2 for wrong usage.
    """
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print("usage: python -m embref.worked [SOURCE]", file=sys.stderr)
        return 2
    try:
        print(format_table(arguments[0] if arguments else None), flush=True)
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever reads the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
