"""Every message is whole in both languages, every error has its message, and no message is left without a use."""

from __future__ import annotations

import pytest

from .messages import ROOMS, list_codes, list_error_classes, list_messages, list_strings, names_in, read_catalogue

MESSAGES = list_messages()


@pytest.mark.parametrize(("code", "said"), MESSAGES, ids=[code for code, _ in MESSAGES])
def test_a_message_says_what_is_wrong_and_what_to_do_in_chinese_and_in_english(
    code: str, said: dict[str, dict[str, str]]
) -> None:
    only_tells = said.get("tells", False)  # an answer, not a fault: there is nothing to do about it
    assert set(said) == ({"what", "tells"} if only_tells else {"what", "do"}), code
    for part, texts in said.items():
        if part == "tells":
            continue
        assert set(texts) == {"zh", "en"}, f"{code} {part}"
        assert all(text.strip() == text and text for text in texts.values()), f"{code} {part}"


@pytest.mark.parametrize(("code", "said"), MESSAGES, ids=[code for code, _ in MESSAGES])
def test_both_languages_of_a_message_tell_the_same_facts(code: str, said: dict[str, dict[str, str]]) -> None:
    told = {
        lang: set().union(*(names_in(texts[lang]) for part, texts in said.items() if part != "tells"))
        for lang in ("zh", "en")
    }
    assert told["zh"] == told["en"], code


def test_every_error_class_names_its_message() -> None:
    known = {code for code, _ in MESSAGES}
    unnamed = [f"{where}: {code}" for where, code in list_error_classes() if code not in known]
    assert unnamed == []


def test_every_code_in_the_sources_has_a_message() -> None:
    known = {code for code, _ in MESSAGES}
    assert [f"{where}: {code}" for where, code in list_codes() if code not in known] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_of_a_room_is_used_by_its_code(room: str) -> None:
    """A code is written out as `room.name`, as `name`, as `name` whose `name-near` offers another, or in part."""
    strings = set(list_strings(room))
    written = {text.removeprefix(f"{room}.") for text in strings}
    used = written | {f"{name}-near" for name in written}
    begun = tuple(
        text.removeprefix(f"{room}.") for text in strings if text.startswith(f"{room}.") and text.endswith("-")
    )
    ended = tuple(text for text in strings if text.startswith("-") and len(text) > len("-x"))
    left = set(read_catalogue(room)) - used
    assert sorted(name for name in left if not name.startswith(begun or "?") and not name.endswith(ended or "?")) == []
