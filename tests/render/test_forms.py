"""Forms keep what was typed, and keep within what Discord takes."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Kind
from bot.render.form import Form
from bot.render.forms import SOURCE_QUESTIONS, SOURCES, STEPS, merged, source_form, status_form, step_form
from bot.render.naming import alias_form
from bot.text import units
from bot.writing.fields import keys

# https://discord.com/developers/docs/components/reference#label and #text-input, and modals' titles
FIELDS, LABEL, HINT, TITLE, TEXT = 5, 45, 100, 45, 4000

MANY = [(id_, f"Source {id_} " + "x" * 100) for id_ in range(1, 60)]
ALL_STEPS = [(kind, step) for kind in Kind for step in range(len(STEPS[kind]))]

texts = st.text(max_size=50) | st.builds(
    lambda text, times: text * times, st.text(min_size=1, max_size=5), st.just(3000)
)


def check(form: Form) -> None:
    """Assert that Discord takes a form."""
    assert 1 <= len(form.fields) <= FIELDS
    assert 1 <= len(form.title) <= TITLE
    for field in form.fields:
        assert 1 <= len(field.label) <= LABEL
        assert len(field.hint) <= HINT
        assert len(field.options) <= 25
        assert all(1 <= units(option.label) <= 100 for option in field.options)
        assert field.options or units(field.value) <= field.most <= TEXT


@pytest.mark.parametrize(("kind", "step"), ALL_STEPS)
@given(value=texts)
def test_limits(kind: Kind, step: int, value: str) -> None:
    """Whatever an entry holds, its forms keep within Discord's limits."""
    fields = dict.fromkeys(keys(kind), value) | {"source": "1", "new.title": value}

    check(step_form(kind, step, fields, "form:entry.step:1:0", MANY))
    check(source_form({question.key: value for question in SOURCE_QUESTIONS}, "form:entry.source:1:"))
    check(status_form(12, "disputed", value[:2000], "form:entry.status:12:"))
    check(alias_form(value[:100], value[:100], "form:entry.alias.add::"))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_is_asked_for_once(kind: Kind) -> None:
    """The forms of a kind ask for each of its fields, but for those that follow from the source or have a command."""
    asked = [question.key for step in STEPS[kind] for question in step.questions]

    assert sorted(asked) == sorted(set(keys(kind)) - {"status", "status_reason"})


@pytest.mark.parametrize(("kind", "step"), ALL_STEPS)
@given(value=texts, spaces=st.sampled_from(["", " ", "\n"]))
def test_what_comes_back_as_it_was_shown_stays(kind: Kind, step: int, value: str, spaces: str) -> None:
    """A form sent back unchanged changes nothing, also where it could not hold all of a value."""
    fields = dict.fromkeys(keys(kind), value)
    form = step_form(kind, step, fields, "form:entry.step:1:0", MANY)
    sent = {field.key: f"{field.value}{spaces}" for field in form.fields if not field.options}

    assert merged(STEPS[kind][step].questions, fields, sent) == fields


def test_what_is_changed_is_taken() -> None:
    """A field that was changed is taken as it was typed, without the spaces around it; others stay."""
    fields = {"statement": "old", "note": "kept", "figure": "12 people"}

    changed = merged(STEPS[Kind.STAT][0].questions, fields, {"statement": " new\r\nlines ", "figure": ""})

    assert changed == {"statement": "new\nlines", "note": "kept", "figure": ""}


@pytest.mark.parametrize(("chosen", "listed"), list(product(["1", "59", "new", ""], [0, 1, 59])))
def test_sources(chosen: str, listed: int) -> None:
    """A form offers the newest sources, a new one, and in any case the one that is chosen."""
    newest = list(reversed(MANY[:listed]))
    [menu, _] = step_form(Kind.STAT, 2, {"source": chosen}, "form:entry.step:1:2", newest).fields

    values = [option.value for option in menu.options]

    assert values[-1] == "new"
    assert len(values) == min(listed, SOURCES) + 1
    assert chosen in values or chosen not in {str(id_) for id_, _ in newest}
