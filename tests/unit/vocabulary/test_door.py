"""The door of the room says all that it opens to."""

from __future__ import annotations

import zhiheng.vocabulary


def test_every_name_of_the_door_exists_and_none_is_hidden():
    public = {
        name
        for name, value in vars(zhiheng.vocabulary).items()
        if not name.startswith("_") and not hasattr(value, "__path__") and type(value).__name__ != "module"
    }

    assert set(zhiheng.vocabulary.__all__) == public
