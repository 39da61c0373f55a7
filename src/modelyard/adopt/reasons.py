"""Why an adoption leaves something as it is."""

from modelyard.reasons import Reason


class AdoptReason(Reason):
    """Why a file is held back, or what somebody should look at."""

    NOTE = "{}"
