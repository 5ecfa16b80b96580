"""The one error that a user of the exporter is meant to read."""


class ExportError(Exception):
    """Something about the checkpoint, the options or the machine that the user can mend.

    The message is one or two whole sentences: what is wrong, why it matters, what to do.
    """
