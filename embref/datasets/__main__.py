"""Command line of the data sets: ``python -m embref.datasets fetch [name ...]``."""

import argparse
import sys

from embref.datasets.cards import CARDS, get_card
from embref.datasets.fetch import check, fetch
from embref.datasets.store import VARIABLE, data_home, is_fetched


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process when left out.

    Returns
    -------
    int
        0 on success, 1 when something failed, 2 for a wrong name, 130 when stopped.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(_COMMANDS[options.command](options))
    except KeyError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; run the same command to go on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m embref.datasets",
        description=f"Optional data sets, kept in {data_home()} (set {VARIABLE} to change it).",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in {
        "list": "name the sets and say which are here",
        "card": "contents, package, license, source and caution",
        "fetch": "bring sets that are not here yet",
        "check": "compare the sets that are here with their checksums",
    }.items():
        command = commands.add_parser(name, help=text, description=text.capitalize() + ".")
        command.add_argument("names", nargs="*", metavar="name", help="a set; all when left out")
        if name == "fetch":
            command.add_argument("--force", action="store_true", help="also those in place")
    return parser


def _list(options: argparse.Namespace) -> int:
    for card in map(get_card, options.names or CARDS):
        state = "here" if is_fetched(card.name) else "-"
        print(f"{card.name:14} {state:5} {card.package.size / 1e6:5.1f} MB  {card.about}")
    return 0


def _card(options: argparse.Namespace) -> int:
    print("\n\n".join(get_card(name).to_text() for name in options.names or CARDS))
    return 0


def _fetch(options: argparse.Namespace) -> int:
    failures = fetch(options.names, force=options.force)
    for failure in failures:
        print(failure, file=sys.stderr)
    return bool(failures)


def _check(options: argparse.Namespace) -> int:
    states = check(options.names)
    for name, state in states.items():
        print(f"{name:14} {state}")
    return "damaged" in states.values()


_COMMANDS = {"list": _list, "card": _card, "fetch": _fetch, "check": _check}

if __name__ == "__main__":
    sys.exit(main())
