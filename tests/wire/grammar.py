"""What hostile people send, put together at random: texts, numbers, ids, custom_ids, files and whole interactions."""

from __future__ import annotations

import gzip
import json
from random import Random
from typing import Any

MARKS = (
    "@everyone", "@here", "<@{id}>", "<@!{id}>", "<@&{id}>", "<#{id}>", "<t:1700000000:R>", "</stats:{id}>",
    "<a:x:{id}>", "[click](https://example.org)", "https://example.org/_a_*b*", "```\ncode", "`", "||x||", "**", "\\",
    "# h", "-# s", "> q", "1. l", "- l", "\n\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\u202e", "\u2066", "\u200b",
    "\u200d", "\ufeff", "\u00ad", "\ufffd", "\U000e0041", "\U0001f468\u200d\U0001f469", "é", "e\u0301", "ß", "İ", "ﬁ",
    "राम", "パリ", "市長", "ไทย", "אב", "عرب", "\U00020000", "\U0010ffff", "\ufdfa", "='+", "'; DROP TABLE entry; --",
    "%s%n", "{0}", "$\\frac{", "../../etc/passwd", "NEAR(", '"', "*", "AND OR NOT", "a", "chicago", "homan", "word ",
    " vs ", "[…]", "…", "“", "”", "true", "null", "-",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "1", "257,000", "257.000", "1.4 million", "$88 billion", "€3bn", "-5%", "1e309", "9" * 400, "٣", "½",
    "Ⅷ", "0x10", "1_000", "+1", " 1", "01", "1.", ".1", "NaN", "inf", "-0", "twenty-five", "1/3", "10–20",
    "about 3 of 4 people",
)  # fmt: skip
DATES = (
    "2024-02-30", "2024", "2024-13", "0000-00-00", "99999-01-01", "11/5/2024", "Nov-24", "yesterday", "-2024",
    "2024-11-05T00:00:00Z", "25:61", "9:00", "24:00", "last day", "mon,mon", "monthly:32", "every 0 days",
)  # fmt: skip
HEADER = '{"type":"header","dateline":1}\n'
"""The first line of a file of JSON Lines."""

ZONES = ("UTC", "America/Chicago", "Mars/Phobos", "../UTC", "+99", "\ufdfa" * 30, "gmt-5")


class Grammar:
    """Makes hostile things of what the world has; the same for the same seed."""

    def __init__(self, seed: int, ids: list[int], custom_ids: list[str], forms: dict[str, tuple[str, ...]]) -> None:
        self.rng = Random(seed)  # noqa: S311 - no secret
        self.ids, self.custom_ids, self.forms = ids, custom_ids, forms

    def text(self, most: int = 4000) -> str:
        """Return a text, mostly short, sometimes as long as can be."""
        rng = self.rng
        if rng.random() < 0.03:
            return ""
        pools: tuple[tuple[str, ...], ...] = (MARKS, MARKS, MARKS, NUMBERS, DATES, ZONES)
        parts = [rng.choice(rng.choice(pools)) for _ in range(rng.randint(1, 7))]
        if rng.random() < 0.3:
            parts.append("".join(chr(self.character()) for _ in range(rng.randint(1, 12))))
        rng.shuffle(parts)
        whole = rng.choice(("", " ", "\n")).join(parts).replace("{id}", str(self.id()))
        if rng.random() < 0.12:
            whole *= 1 + rng.choice((10, 100, most)) // len(whole)
        return whole[:most]

    def character(self) -> int:
        """Return a code point of any plane that is no surrogate."""
        plane = self.rng.choice((0x80, 0x800, 0x10000, 0x30000, 0x110000))
        found = self.rng.randrange(plane)
        return found if not 0xD800 <= found < 0xE000 else 0xFFFD

    def id(self) -> int:
        """Return a number: of something here, of the other server, of nothing, or of no possible thing."""
        rng = self.rng
        return rng.choice(
            (rng.choice(self.ids), rng.choice(self.ids), rng.randint(0, 60), 0, -1, 2**63 - 1, 2**63, 10**30)
        )

    def custom_id(self) -> str:
        """Return a custom_id: a real one, one that was tampered with, or one that never was."""
        rng, real = self.rng, self.rng.choice(self.custom_ids)
        cut = rng.randint(0, len(real))
        head, *rest = real.split(":")
        made = (
            real,
            real[:cut],
            real[:cut] + rng.choice("0:.-z\u0661\n") + real[cut + 1 :],
            ":".join([head, *rest[:1], str(self.id()), *rest[2:]]),
            ":".join([rng.choice(("do", "pick", "form", "ask", "open")), *rest]),
            f"{real}{self.text(60)}",
            rng.choice(("do::", "ask:", "do:", "pick:::", "form:", "open", "do:entry.edit:-1:", ":", "ask:t-......")),
            self.text(100) or "x",
        )
        return rng.choice(made)[:100] or "x"

    def fields(self, custom_id: str) -> dict[str, str]:
        """Return what is filled into a form: its own fields, with some missing and some that it does not have."""
        known = next((keys for name, keys in self.forms.items() if custom_id.startswith(f"form:{name}:")), ())
        every = sorted({key for keys in self.forms.values() for key in keys})
        keys = [key for key in known or self.rng.sample(every, 4) if self.rng.random() < 0.9]
        keys += [self.text(40) or "x"] if self.rng.random() < 0.1 else []
        return {key: self.value(key) for key in keys}

    def value(self, key: str) -> str:
        """Return what is typed into a field; sometimes it fits."""
        fits = {
            "figure": "about 12,400 people",
            "source": "1",
            "date": "2024-03-04",
            "about": "Tarn County",
            "time": "9:00",
        }
        fits |= {"words": "We will row if we must.", "speaker": "Tobias Renn", "title": "A walk", "statement": "So."}
        return fits[key] if key in fits and self.rng.random() < 0.5 else self.text(self.rng.choice((40, 300, 4000)))

    def file(self) -> tuple[str, bytes, str]:
        """Return a file: its name, its bytes, and what Discord says of its type."""
        rng = self.rng
        rows = "id,kind,about,measure,figure,statement,source\r\n"
        for _ in range(rng.randint(0, 12)):
            kind, number = rng.choice(("stat", "quote", "event", "")), rng.choice(NUMBERS)
            rows += f',{kind},"{self.text(30)}",M,{number},"{self.text(60)}",1\r\n'
        lines = HEADER
        for _ in range(5):
            record = {"type": rng.choice(("entry", "source", "setting", "")), "key": self.text(20), "kind": "stat"}
            lines += json.dumps(record) + "\n"
        body = rng.choice((
            rows, lines, rows.replace(",", ";"), "a," * 5000 + "\n1\n", "[" * 5000, "x = " + "[" * 3000, "\x00" * 300,
            '{"a":' * 3000, "id,kind\n" + "1\n" * 20_000, self.text(), "", '"', "key = 1\n" * 100, "\ufeff" + rows,
        ))  # fmt: skip
        data = body.encode(rng.choice(("utf-8", "utf-8", "utf-16", "utf-32")), "replace")
        if rng.random() < 0.1:
            data = rng.randbytes(3000)
        packed = gzip.compress(data)
        data = rng.choice(
            (data, data, packed, packed + packed, packed[:-5], gzip.compress(packed), gzip.compress(b"1\n" * 10**6))
        )
        ending = rng.choice((".csv", ".jsonl", ".toml", ".csv.gz", ".jsonl.gz", ".toml.gz", ".exe", "", ".csv.csv"))
        name = rng.choice(("a", "../a", "dry-run.txt", self.text(20).replace("/", "") or "a", "a" * 200))
        return f"{name}{ending}", data, rng.choice(("text/csv", "application/json", "image/png"))

    def option(self, spec: dict[str, Any]) -> Any:
        """Return a value for a text or number of a slash command, mostly such as Discord lets through."""
        rng = self.rng
        if spec.get("choices") and rng.random() < 0.8:
            return rng.choice(spec["choices"])["value"]
        match spec["type"]:
            case 4:
                return rng.choice((0, 1, -1, 2**53, self.id() % 2**53))
            case 5:
                return rng.random() < 0.5
            case 10:
                return rng.choice((0.5, -1e300, 1e300))
            case _:
                return (rng.choice((str(self.id()), f"#{self.id()}", self.text(spec.get("max_length") or 6000)))) or "x"

    def line(self, prefix: str, commands: list[str], bot: int) -> str:
        """Return something typed."""
        rng = self.rng
        begin = rng.choice(
            (prefix, prefix, prefix, f"<@{bot}> ", f"<@{bot}>, ", f"<@{bot}>\n", f"{prefix}\u200b", prefix * 2, "")
        )
        verb = rng.choice((rng.choice(commands), rng.choice(commands), "nonsense", self.text(10)))
        tail = rng.choice(
            (
                self.text(1500),
                str(self.id()),
                f"edit {self.id()}",
                f"alias add {self.text(30)} = {self.text(30)}",
                "list",
                "",
            )
        )
        return f"{begin}{verb} {tail}"[:2000] or "x"
