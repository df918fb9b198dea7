"""The browser application: ``passerelles app``, or ``streamlit run app.py``."""

from sim.views.application import run

run()
