"""Every message is whole in both languages, every error has its message, and no message is left without a use."""

from __future__ import annotations

import pytest

from .messages import ROOMS, list_codes, list_error_classes, list_messages, list_strings, names_in, read_catalogue

MESSAGES = list_messages()


@pytest.mark.parametrize(("code", "said"), MESSAGES, ids=[code for code, _ in MESSAGES])
def test_a_message_says_what_is_wrong_and_what_to_do_in_chinese_and_in_english(
    code: str, said: dict[str, dict[str, str]]
) -> None:
    assert set(said) == {"what", "do"}, code
    for part, texts in said.items():
        assert set(texts) == {"zh", "en"}, f"{code} {part}"
        assert all(text.strip() == text and text for text in texts.values()), f"{code} {part}"


@pytest.mark.parametrize(("code", "said"), MESSAGES, ids=[code for code, _ in MESSAGES])
def test_both_languages_of_a_message_tell_the_same_facts(code: str, said: dict[str, dict[str, str]]) -> None:
    told = {lang: set().union(*(names_in(texts[lang]) for texts in said.values())) for lang in ("zh", "en")}
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
    """A code is written out as `room.name`, as `name`, or as `name` whose `name-near` offers the word meant."""
    written = {text.removeprefix(f"{room}.") for text in list_strings(room)}
    used = written | {f"{name}-near" for name in written}
    assert sorted(set(read_catalogue(room)) - used) == []
