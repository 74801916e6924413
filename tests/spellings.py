"""Pairs of real names and words in many scripts, and whether they are one name.

Each line is "one | other" under its script and what holds of the two:

- SAME: the same letters in another form;
- ACCENTS: the same but for accents, which one of the two does without;
- APART: two names that are looked up together;
- OTHER: two names that are looked up apart.
"""

from __future__ import annotations

from collections.abc import Iterator

SAME, ACCENTS, APART, OTHER = "same", "accents", "apart", "other"

PAIRS: dict[str, dict[str, str]] = {
    "Latin": {
        SAME: """
            Straße | STRASSE
            Weiß | Weiss
            Großmann | grossmann
            O'Brien | O’Brien
            N'Golo | N‘Golo
            D’Angelo | DʼAngelo
            İstanbul | istanbul
            İZMİR | izmir
            ﬁnland | Finland
            Ｔｏｋｙｏ | Tokyo
            Montréal | Montre\u0301al
            Việt Nam | Vie\u0323\u0302t Nam
            Việt Nam | Vie\u0302\u0323t Nam
            Ångström | A\u030angstro\u0308m
            São Paulo | SÃO  PAULO
            Jean-Luc | Jean Luc
            J.D. Vance | JD Vance
            The Hague | Hague
            Łódź | ŁÓDŹ
            im\u00admigration | immigration
        """,
        ACCENTS: """
            José | Jose
            Łukasz | Lukasz
            Đặng | Dang
            Đoković | Dokovic
            Søren | Soren
            Diyarbakır | Diyarbakir
            DİYARBAKIR | Diyarbakır
            Hòa | Hoa
            Nguyễn | Nguyen
            Beyoncé | BEYONCE
            Škoda | Skoda
            Ğül | Gul
            Çağlar | Caglar
            Peña | Pena
            Malmö | Malmo
            Ħamrun | Hamrun
            Țepeș | Tepes
            Kraków | Krakow
            Zürich | Zurich
            Āboltiņa | Aboltina
        """,
        APART: """
            Hòa | Hóa
            Hoà | Hòa
            Dũng | Dung\u0323
            Thảo | Thạo
            Peña | Peńa
            Mäder | Måder
            José García | José Garcia
            Æsir | Aesir
            Œuvre | Oeuvre
            Guðrún | Gudrun
            Þór | Thor
        """,
        OTHER: """
            Jose | Josef
            Müller | Mueller
            Øystein | Oeystein
            Ali | Aly
            Marko | Marco
            Thor | Tor
        """,
    },
    "Greek": {
        SAME: """
            Παπαδόπουλος | ΠΑΠΑΔΌΠΟΥΛΟΣ
            Οδυσσεύς | Οδυσσεύσ
            Αθήνα | Αθη\u0301να
            Μάιος | Μάιοσ
        """,
        ACCENTS: """
            Αθήνα | ΑΘΗΝΑ
            Τσίπρας | Τσιπρας
            Μαΐου | Μαιου
            Ἀθῆναι | Αθηναι
            Γιώργος | ΓΙΩΡΓΟΣ
        """,
        APART: """
            νόμος | νομός
            γέρος | γερός
            πότε | ποτέ
        """,
        OTHER: """
            Αθήνα | Αθηναίος
            Γιώργος | Γεώργιος
            Ελένη | Ελενα
        """,
    },
    "Cyrillic": {
        SAME: """
            МОСКВА | Москва
            Андрей | Андреи\u0306
            Їжак | І\u0308жак
            Семён | Семе\u0308н
            В’ячеслав | В'ячеслав
        """,
        ACCENTS: """
            Семён | Семен
            Королёв | Королев
            Алёна | АЛЕНА
            Горбачёв | Горбачев
            за\u0301мок | замок
        """,
        APART: """
            за\u0301мок | замо\u0301к
            му\u0301ка | мука\u0301
        """,
        OTHER: """
            Андрей | Андреи
            Сергей | Сергеи
            Мой | Мои
            Київ | Киів
            Їжак | Іжак
            Ўладзімір | Уладзімір
            Ѓорѓи | Горги
            Ќосев | Косев
            Ілля | Илля
            Шевченко | Щевченко
        """,
    },
    "Arabic": {
        SAME: """
            محمد | محمـد
            ﻣﺤﻤﺪ | محمد
            أحمد | ا\u0654حمد
            ﷲ | الله
        """,
        APART: """
            محمد | مُحَمَّد
            أحمد | احمد
            إسراء | اسراء
            فاطمة | فاطمه
            علی | علي
            کریم | كريم
            مصطفى | مصطفي
            رؤوف | رووف
        """,
        OTHER: """
            حسن | حسين
            سعيد | سعد
            نور | نورا
            عمر | عمرو
            پاریس | باریس
        """,
    },
    "Hebrew": {
        SAME: """
            ירושלים | \u200fירושלים
            שׁלום | \ufb2aלום
        """,
        APART: """
            שלום | שָׁלוֹם
            משה | מֹשֶׁה
            ישראל | יִשְׂרָאֵל
        """,
        OTHER: """
            דוד | דויד
            שרה | שרון
            כהן | כהנא
        """,
    },
    "Devanagari": {
        SAME: """
            क़लम | क\u093cलम
            ज़ाकिर | ज\u093cाकिर
            फ़िल्म | फ\u093cिल्म
        """,
        OTHER: """
            कमल | कमला
            राम | रीमा
            राम | रमा
            मोहन | मोहिनी
            दिल | दल
            दिन | दीन
            सुनील | सुनीला
            हंस | हस
            गंगा | गगा
            ज़रा | जरा
            कर्म | करम
            विक्रम | विकरम
        """,
    },
    "Bengali": {
        SAME: """
            ঢাকা | ঢ\u09beকা
            বাড়ি | বাড\u09bcি
            কো | ক\u09c7\u09be
        """,
        OTHER: """
            কমল | কমলা
            রাম | রমা
            রিনা | রীনা
            চাঁদ | চাদ
            বাড়ি | বাডি
            দিন | দান
        """,
    },
    "Tamil": {
        SAME: """
            கொடி | க\u0bc6\u0bbeடி
            மோகன் | ம\u0bc7\u0bbeகன்
        """,
        OTHER: """
            கமல் | கமலா
            ராமன் | ரமண
            குமார் | குமரி
            மணி | மாணி
            கண் | கணி
        """,
    },
    "Telugu": {
        SAME: """
            కై | క\u0c46\u0c56
        """,
        OTHER: """
            కమల | కమలా
            రాము | రమ
            సీత | సత
            రవి | రావి
            గంగ | గగ
        """,
    },
    "Gujarati": {
        OTHER: """
            કમલ | કમલા
            રામ | રમા
            મોદી | માદી
            દિન | દીન
        """,
    },
    "Gurmukhi": {
        SAME: """
            ਸ਼ਾਮ | ਸ\u0a3cਾਮ
        """,
        OTHER: """
            ਰਾਮ | ਰਮਾ
            ਸ਼ਾਮ | ਸਾਮ
            ਸਿੰਘ | ਸਿਘ
            ਕੌਰ | ਕਰ
        """,
    },
    "Thai": {
        SAME: """
            น้ำ | น\u0e49\u0e4d\u0e32
            ก\u0e38\u0e48ง | ก\u0e48\u0e38ง
        """,
        OTHER: """
            มา | ม้า
            ใกล้ | ไกล
            เสือ | เสื้อ
            ข่าว | ขาว
            ปา | ป้า
            ดี | ดา
            สมชาย | สมหญิง
        """,
    },
    "Lao": {
        OTHER: """
            ມາ | ມ້າ
            ຂາວ | ຂ່າວ
            ປາ | ປ່າ
            ລາວ | ລວ
        """,
    },
    "Khmer": {
        OTHER: """
            កា | កី
            ភាសា | ភសា
            ខ្មែរ | ខែរ
            សុខា | សុខ
        """,
    },
    "Burmese": {
        OTHER: """
            မြန်မာ | မြန်မား
            အောင် | အောင
            ကို | ကု
            လှ | လ
        """,
    },
    "Tibetan": {
        OTHER: """
            བོད | བད
            ལྷ་ས | ལ་ས
            བླ་མ | བ་མ
        """,
    },
    "Kana": {
        SAME: """
            ﾊﾟﾘ | パリ
            ガンダム | カ\u3099ンダム
            がくせい | か\u3099くせい
            ﾄﾖﾀ | トヨタ
        """,
        OTHER: """
            ハト | バト
            パリ | バリ
            ハリ | パリ
            かき | かぎ
            たいがく | だいがく
            ビル | ビール
            ぴあ | ひあ
            トウキョウ | とうきょう
            びよういん | びょういん
            つき | っき
        """,
    },
    "Han": {
        SAME: """
            \uf9b4 | 領
            東京2020 | 東京２０２０
        """,
        OTHER: """
            東京 | 京東
            移民 | 移民法
            王 | 玉
            大阪 | 太阪
            习近平 | 習近平
        """,
    },
    "Hangul": {
        SAME: """
            한국 | \u1112\u1161\u11ab\u1100\u116e\u11a8
            서울 | \u1109\u1165\u110b\u116e\u11af
        """,
        OTHER: """
            문재인 | 문제인
            서울 | 서을
            김 | 긴
            이민 | 이민자
            박 | 밖
        """,
    },
    "Georgian": {
        SAME: """
            თბილისი | ᲗᲑᲘᲚᲘᲡᲘ
        """,
        OTHER: """
            გიორგი | გიორგა
            ქეთი | კეთი
            თამარ | ტამარ
        """,
    },
    "Armenian": {
        SAME: """
            ԵՐԵՎԱՆ | Երեվան
            Երևան | Երեւան
        """,
        OTHER: """
            Արամ | Արմեն
            Պետրոս | Բետրոս
        """,
    },
    "Ethiopic": {
        OTHER: """
            አበበ | አበባ
            ሰላም | ሠላም
            ተስፋ | ታስፋ
        """,
    },
}


def pairs() -> Iterator[tuple[str, str, str, str]]:
    """Yield each pair as (script, one, other, what holds of the two)."""
    for script, groups in PAIRS.items():
        for holds, lines in groups.items():
            for line in lines.strip().split("\n"):
                one, other = line.strip(" ").split(" | ")
                yield script, one, other, holds
