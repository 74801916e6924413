"""One entry of a pack, or as a person wrote it, as the rows by which it is stored and found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.ingest.pack import PackEntry, PackEvent, PackQuote, PackStat
from bot.store.packs import CONTENT, Content
from bot.store.rows import PART_BREAK


def relations_of(
    entry: PackEntry, entry_id: int, subject_ids: Mapping[str, int]
) -> Iterator[tuple[int, str, str, int, int]]:
    """Yield how the entry is found, as rows for `packs.replace_relations`.

    A subject that comes up twice counts where it is closest.
    """
    seen: set[str] = set()
    counted: list[tuple[str, str]] = [("about", key) for key in entry.subjects]
    if isinstance(entry.detail, PackStat):
        counted += [("counter", entry.detail.counted_by), ("measure", entry.detail.measure)]
    for position, (relation, key) in enumerate(counted):
        if key and key not in seen:
            seen.add(key)
            place = position if relation == "about" else 0
            yield (subject_ids[key], entry.kind.value, relation, place, entry_id)
    if isinstance(entry.detail, PackQuote):
        yield (subject_ids[entry.detail.speaker], entry.kind.value, "speaker", 0, entry_id)


def content_of(entry: PackEntry, subject_ids: Mapping[str, int]) -> Content:
    """Return the entry as a row of `packs.CONTENT`."""
    values: dict[str, object] = {
        "kind": entry.kind.value,
        "subject_id": subject_ids[entry.subjects[0]],
        "status": entry.status.value,
        "status_reason": entry.status_reason,
        "statement": entry.statement,
        "note": entry.note,
        "passage_start": entry.passage and entry.passage[0],
        "passage_end": entry.passage and entry.passage[1],
    }
    match entry.detail:
        case PackStat() as stat:
            values |= {
                "measure_id": subject_ids[stat.measure],
                "value": f"{stat.value:f}",
                "unit": stat.unit,
                "approximate": int(stat.approximate),
                "basis": stat.basis.value,
                "out_of": None if stat.out_of is None else f"{stat.out_of:f}",
                "out_of_unit": stat.out_of_unit,
                "out_of_approximate": int(stat.out_of_approximate),
                "as_of": stat.as_of,
                "counter_id": subject_ids[stat.counted_by] if stat.counted_by else None,
            }
        case PackQuote() as quote:
            values |= {
                "words": PART_BREAK.join(quote.parts),
                "speaker_id": subject_ids[quote.speaker],
                "role": quote.role,
                "said_where": quote.said_where,
                "said_when": quote.said_when,
            }
        case PackEvent() as event:
            values |= {
                "title": event.title,
                "date": event.date,
                "date_printed": event.date_printed,
                "date_inferred": event.date_inferred,
            }
    return tuple(values.get(column) for column in CONTENT)
