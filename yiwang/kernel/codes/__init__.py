"""National codes: checked, taken apart, masked, and refused with a reason a person understands.

Each module speaks the same words: `normalise(text)` (as people type it → as the standard writes it, never guessing),
`problem(text)` (what is wrong, or None), `parse(text)` (its parts, or `Invalid` with that reason), `masked(text)`
(what may be shown to people who need not know). A valid code is well formed; whether it exists only its issuer knows.
"""

from __future__ import annotations

from yiwang.kernel.codes import citizen_id, credit_code, division, organisation_code, phone

__all__ = ["citizen_id", "credit_code", "division", "organisation_code", "phone"]
