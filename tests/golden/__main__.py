"""`python -m tests.golden`: write the life of the toy world down anew."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from toy_world import FOLDER, golden, lived

for name, text in golden(lived()).items():
    path = FOLDER / name
    same = path.is_file() and path.read_text(encoding="utf-8") == text
    path.write_text(text, encoding="utf-8")
    print(f"{name}: {'unchanged' if same else 'written anew'}")
