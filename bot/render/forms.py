"""The forms in which entries and sources are written: which questions are asked on which step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from bot import dates
from bot.ingest.table import NAME_LENGTH
from bot.limits import OPTION_LABEL
from bot.model import Basis, Kind, Status
from bot.moderating.drafts import NEW
from bot.render.card import Option
from bot.render.form import Field, Form
from bot.render.words import KIND, NOT_STATED, STATUS
from bot.text import clip, plain, units, visible
from bot.writing.articles import LONGEST
from bot.writing.fields import LABELS
from bot.writing.filled import LINE, LONG

SOURCES = 24
"""So many sources stand in a form's menu; the line for a new one is the 25th."""


@dataclass(frozen=True, slots=True)
class Question:
    """A field as it is asked for. What has no `required` may stay empty, and is then "not stated" or left out."""

    key: str
    label: str
    hint: str = ""
    required: bool = False
    long: bool = False
    most: int = LINE


@dataclass(frozen=True, slots=True)
class Step:
    """One form of several, by the name on its button."""

    name: str
    questions: tuple[Question, ...]


def _line(key: str, hint: str, *, required: bool = False, most: int = LINE) -> Question:
    return Question(key, LABELS[key], hint, required=required, most=most)


def _text(key: str, hint: str, *, required: bool = False) -> Question:
    return Question(key, LABELS[key], hint, required=required, long=True, most=LONG)


_name = partial(_line, most=NAME_LENGTH)

_SUBJECTS = "A place, person, organization or topic. Several: Chicago; Illinois"
_NOTE = _text("note", "What a reader should know besides. May stay empty.")
_STATEMENT = _text("statement", "What the source says, in a sentence of your own", required=True)
_SOURCE = Step(
    "Source",
    (
        _line("source", "Where it stands. If it is not listed, choose “A new source…”", required=True),
        _text("passage", "The source’s sentence, word for word; it helps to find the place. May stay empty."),
    ),
)

STEPS: Mapping[Kind, tuple[Step, ...]] = {
    Kind.STAT: (
        Step(
            "Figure",
            (
                _line("about", _SUBJECTS, required=True),
                _name("measure", "Such as: residents without legal status", required=True),
                _line("figure", "With what it counts: about 257,000 people; 1.4 million residents; 12%", required=True),
                _line("basis", "As the source says it", required=True),
                _STATEMENT,
            ),
        ),
        Step(
            "Details",
            (
                _line("out_of", "The whole that it is a part of: about 400,000 students. May stay empty."),
                _line("as_of", "The date it is for: 5 November 2024, November 2024, 2024. Empty: not stated"),
                _name("counted_by", "Who the source says counted it. Empty: not stated"),
                _NOTE,
            ),
        ),
        _SOURCE,
    ),
    Kind.QUOTE: (
        Step(
            "Quotation",
            (
                _text("words", "Between the parts of a broken quotation, a line with only […]", required=True),
                _name("speaker", "Who said it", required=True),
                _line("role", "Such as: Mayor of Harrow Bay. Empty: not stated"),
                _line("about", f"{_SUBJECTS}. Empty: the speaker"),
                _text("statement", "The context: what it was said about, in a sentence of your own", required=True),
            ),
        ),
        Step(
            "Details",
            (
                _line("said_where", "A place or an occasion. Empty: not stated"),
                _line("said_when", "As the source says it. Empty: not stated"),
                _NOTE,
            ),
        ),
        _SOURCE,
    ),
    Kind.EVENT: (
        Step(
            "Event",
            (
                _name("title", "Such as: Council votes for a second ferry", required=True),
                _line("date", f"{dates.EXAMPLES}. Empty: not stated"),
                _line("date_printed", "Such as: Nov. 5. Empty: not stated"),
                _line("about", _SUBJECTS, required=True),
                _STATEMENT,
            ),
        ),
        Step(
            "Details",
            (
                _text("date_inferred", "Needed where the source does not print all of it. Otherwise empty."),
                _NOTE,
            ),
        ),
        _SOURCE,
    ),
}
"""In the order in which they are filled in; the first is opened by the command."""

_fact = partial(Question, required=True, most=LONGEST)

SOURCE_QUESTIONS = (
    _fact("new.title", "Title", "The headline. Without one: not stated"),
    _fact("new.publisher", "Publisher", "The paper, agency or site. Unknown: not stated"),
    _fact("new.author", "Author", "The byline. Without one: not stated"),
    _fact("new.url", "Address", "A link (https://…). Without one: not stated"),
    _fact("new.published", "Published", f"{dates.EXAMPLES}. Unknown: not stated"),
)
"""The keys under which a draft holds a source that is not made yet."""

_BASIS = {
    Basis.NOT_STATED: (NOT_STATED, "The source does not say."),
    Basis.COUNT: ("a count", "Somebody counted."),
    Basis.ESTIMATE: ("an estimate", "Somebody estimated."),
    Basis.PROJECTION: ("a projection", "What may come, not what was."),
}

Sources = Iterable[tuple[int, str]]
"""The id and label of each source that can be chosen, newest first."""


def step_form(kind: Kind, step: int, fields: Mapping[str, str], custom_id: str, sources: Sources = ()) -> Form:
    """Return a step as a form filled in with the fields. `sources` is needed for the last step only."""
    chosen = STEPS[kind][step]
    asked = tuple(_asked(question, fields, sources) for question in chosen.questions)
    title = f"{KIND[kind]}: {chosen.name.lower()}" if step else KIND[kind]
    return Form(title, custom_id, asked)


def source_form(fields: Mapping[str, str], custom_id: str, title: str = "A new source") -> Form:
    """Return the form of a source."""
    return Form(title, custom_id, tuple(_asked(one, fields, ()) for one in SOURCE_QUESTIONS))


def status_form(entry_id: int, status: str, reason: str, custom_id: str) -> Form:
    """Return the form of a new status."""
    options = tuple(Option(one.value.capitalize(), one.value, STATUS[one].capitalize()) for one in Status)
    return Form(
        f"Status of #{entry_id}",
        custom_id,
        (
            Field("status", "Status", value=status, required=True, options=options),
            Field(
                "reason",
                "Reason",
                "Shown on the card. Needed, unless the stored text of the source verifies it.",
                cut(reason, LINE),
                long=True,
                most=LINE,
            ),
        ),
    )


def merged(questions: Iterable[Question], before: Mapping[str, str], filled: Mapping[str, str]) -> dict[str, str]:
    """Return the fields with what was filled in.

    What comes back as the form showed it stays as it was: a form cuts what is too long, and a line of it has no
    line breaks.
    """
    fields = dict(before)
    for question in questions:
        old, new = before.get(question.key, ""), filled.get(question.key, "")
        if question.key not in filled or _shown(question, new) == _shown(question, old):
            continue
        fields[question.key] = new.replace("\r\n", "\n").strip()
    return fields


def _asked(question: Question, fields: Mapping[str, str], sources: Sources) -> Field:
    value = fields.get(question.key, "")
    options: tuple[Option, ...] = ()
    if question.key == "basis":
        value = value or Basis.NOT_STATED
        options = tuple(Option(label, basis, hint) for basis, (label, hint) in _BASIS.items())
    elif question.key == "source":
        options = _source_options(fields, sources)
    return Field(
        question.key,
        question.label,
        question.hint,
        value if options else cut(value, question.most),
        question.required,
        question.long,
        question.most,
        options,
    )


def _source_options(fields: Mapping[str, str], sources: Sources) -> tuple[Option, ...]:
    """Return the newest sources, the one that is chosen in any case, and a new one."""
    listed = list(sources)
    chosen = [one for one in listed if str(one[0]) == fields.get("source")]
    shown = [*listed[:SOURCES]]
    if chosen and chosen[0] not in shown:
        shown[-1] = chosen[0]
    title = visible(fields.get("new.title", ""))
    new = Option(
        clip(f"New: {title}", OPTION_LABEL) if title else "A new source…",
        NEW,
        "Made when you save" if title else "You will be asked for its title, publisher, author, address and date",
    )
    return (*(Option(clip(plain(label), OPTION_LABEL) or f"Source {id_}", str(id_)) for id_, label in shown), new)


def _shown(question: Question, value: str) -> str:
    """Return a value as a form shows it, whatever Discord does with its spaces."""
    text = cut(value, question.most).replace("\r\n", "\n")
    return text.strip() if question.long else " ".join(text.split())


def cut(text: str, most: int) -> str:
    """Return as much of a text as a form takes."""
    if units(text) <= most:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
