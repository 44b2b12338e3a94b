PY := .venv/bin/python
export GOLDEN ?=
export OUT ?=
COUNT ?= 200

.PHONY: install studio studio-build demo test test-long test-web check golden docs bench bench-fast bench-around bench-curves bench-studio
.PHONY: starter-train starter-judges starter-eval tutorial recording

install: ; @python3 tools/bootstrap.py
studio: install ; @$(PY) -m pentimento.cli studio
studio-build: install ; @$(PY) tools/studio.py build
demo: install ; @$(PY) -m pentimento.cli demo
test: install test-web ; @OMP_NUM_THREADS=1 $(PY) -m pytest -n 2 -m "not long"
test-long: install test-web ; @OMP_NUM_THREADS=1 PENTIMENTO_LONG=1 $(PY) -m pytest -n 2
test-web: install ; @$(PY) tools/studio.py test
check: install ; @$(PY) -m ruff format --check . && $(PY) -m ruff check . && $(PY) -m ty check src tools && $(PY) -m pytest -q tests/test_house.py
golden: install ; @$(if $(GOLDEN),,$(error say which folder: make golden GOLDEN=folder [OUT=folder]))$(PY) -m pentimento.cli golden "$(GOLDEN)" $(if $(OUT),--out "$(OUT)")
bench: install ; @$(PY) benchmarks/bench.py $(ROWS) $(if $(QUICK),--quick) $(if $(MINI),--mini)
bench-fast: install ; @$(PY) benchmarks/fast.py $(if $(CASES),--count $(CASES)) $(if $(MINI),--mini)
bench-around: install ; @$(PY) benchmarks/around.py $(if $(CASES),--count $(CASES)) $(if $(MINI),--mini)
bench-curves: install ; @$(PY) benchmarks/curves.py $(CURVES) $(if $(MINI),--mini)
bench-studio: install studio-build ; @$(PY) benchmarks/studio.py $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(MINI),--mini)
docs: install ; @$(PY) tools/reference.py && $(PY) tools/apitypes.py
starter-train: install ; @$(PY) -m pentimento.starter.train --out training
starter-judges: install ; @$(PY) -m pentimento.starter.judges.train
starter-eval: install ; @$(PY) -m pentimento.starter.evaluation --count $(COUNT) $(if $(INPAINTING),--inpainting "$(INPAINTING)") $(if $(ROWS),--rows $(ROWS))
tutorial: install ; @$(PY) tools/tutorial.py
recording: install studio-build ; @$(PY) tools/recording.py
