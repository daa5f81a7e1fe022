#!/usr/bin/env python3
"""Makes the list of the commonest passwords anew.

usage: pip download --no-deps django==5.2.19 && tools/common-passwords.py django-5.2.19-py3-none-any.whl

Django carries the commonest passwords of the leaks that haveibeenpwned.com collects, put together by
Royce Williams, under its BSD-3-Clause licence. What remains here is each entry without the digits
and signs around it, since those are taken off before comparing (loket-domain, key/password.rs), and
entries of digits and signs alone as they are.
"""
import gzip
import pathlib
import sys
import zipfile

place = pathlib.Path(__file__).parent.parent / 'crates/loket-domain/src/key/common-passwords.txt'
head = ('# From Django 5.2.19 (BSD-3-Clause, Django Software Foundation and contributors);'
        ' made by tools/common-passwords.py.\n')


def core(text):
    """What is left without the characters at both ends that are no letters."""
    begin, end = 0, len(text)
    while begin < end and not text[begin].isalpha():
        begin += 1
    while end > begin and not text[end - 1].isalpha():
        end -= 1
    return text[begin:end]


with zipfile.ZipFile(sys.argv[1]) as wheel:
    packed = wheel.read('django/contrib/auth/common-passwords.txt.gz')
words = {line.strip().lower() for line in gzip.decompress(packed).decode().splitlines()}
kept = set()
for word in words:
    inner = core(word)
    # Three letters stand in too many good sentences to be held against one.
    if len(inner) >= 4:
        kept.add(inner)
    if len(word) >= 10:
        kept.add(word)
place.write_text(head + ''.join(f'{word}\n' for word in sorted(kept, key=lambda w: w.encode())))
print(len(kept), 'entries')
