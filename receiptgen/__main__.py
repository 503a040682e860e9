"""``python -m receiptgen``: the command line."""

from receiptgen.cli import main

if __name__ == "__main__":
    main()
