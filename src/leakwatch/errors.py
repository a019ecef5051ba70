"""What can go wrong, as a small tree: one base, a few families, one clear sentence each.

Trouble with a single frame is data (`state` ``no_decision`` with a `Reason`), never an exception.
"""


class LeakwatchError(Exception):
    """Base of every error raised on purpose; its text is one sentence fit for a user."""


class UsageError(LeakwatchError):
    """The command was called in a way that cannot work."""


class ConfigError(UsageError):
    """A configuration file or value was refused; the text names the key."""


class OutlineError(UsageError):
    """An outline file was refused; the text names the file and what is wrong in it."""


class InputError(LeakwatchError):
    """One input file cannot be analysed; the text names the file, the tag and the value."""


class NotFluoroscopy(InputError):
    """A sound DICOM file that holds something other than a fluoroscopy run; in a folder, no fault."""


class NothingToAnalyse(LeakwatchError):
    """The paths hold no fluoroscopy run at all."""


class PeerError(LeakwatchError):
    """Another machine cannot be reached, or refuses; the text names it."""
