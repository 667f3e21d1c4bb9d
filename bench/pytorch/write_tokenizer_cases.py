"""write_tokenizer_cases.py CAPTIONS OUT: what the official code's tokenizer makes of texts, for test/fixtures.

CAPTIONS is a metadata.jsonl with `captions`. OUT gets odd texts with their words, and one hash of the words of all captions,
in order. `re.findall(r"\\w+")` is what NLTK's RegexpTokenizer does with that pattern.
"""

import hashlib
import json
import re
import sys

ODD = [
    "a bird's beak isn't red",
    "a red-and-white bird -- small",
    "caf\u00e9 na\u00efve \u0130stanbul \u00c5 \ufb01nch",
    "cafe\u0301 combining",
    "2 birds, 3rd wing, 1/2 \u00bd \u2167 x\u00b2",
    "\u9e1f bird \u7ea2\u8272",
    "snake_case __init__ _",
    "emoji \U0001f426 bird \U0001f1eb\U0001f1f7",
    "\ufffd\ufffd odd \ufffd bytes",
    "tabs\tand\nlines\r\nand\u00a0spaces\u2003wide",
    "\u201cquoted\u201d bird\u2019s \u2014 dash",
    "\u0928\u092e\u0938\u094d\u0924\u0947 marks",
    "\u03a3\u03a3\u03a3 SIGMA UPPER",
    "\u00aa\u00ba ordinals \u01c5",
    "...",
    "",
]


def words(text: str) -> list[str]:
    found = re.findall(r"\w+", text.replace("\ufffd\ufffd", " ").lower(), re.UNICODE | re.MULTILINE | re.DOTALL)
    plain = (word.encode("ascii", "ignore").decode("ascii") for word in found)
    return [word for word in plain if word]


captions_path, out_path = sys.argv[1:]
digest, count = hashlib.sha256(), 0
with open(captions_path, encoding="utf-8") as lines:
    for line in lines:
        for caption in json.loads(line)["captions"]:
            digest.update((" ".join(words(caption)) + "\n").encode())
            count += 1
with open(out_path, "w", encoding="utf-8") as out:
    cases = [{"text": text, "words": words(text)} for text in ODD]
    json.dump({"cases": cases, "birds": {"captions": count, "sha256": digest.hexdigest()}}, out, indent=1, ensure_ascii=True)
    out.write("\n")
