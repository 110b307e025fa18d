# Each target sets up what it needs: Python 3.11 or newer and make are enough to begin with.
.DEFAULT_GOAL := help
.PHONY: help setup servers demo test test-web spec bench lint lock

BIN := .venv/bin
# Named after what it was installed from, so that a second run does nothing and a changed lock installs anew.
READY := .venv/.ready-$(shell cat requirements.lock pyproject.toml | cksum | tr -dc '0-9')
UV := $(BIN)/uv
PIP := $(UV) pip
# Each of the tests' many short processes would compile the whole program again.
unexport PYTHONDONTWRITEBYTECODE

help: ## 列出目标 / list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-8s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## 安装到 .venv / install into .venv

servers: $(READY) ## 找到或安装 Temporal 服务器 / find or install the Temporal servers
	@$(BIN)/bridgefund doctor --install

demo: servers ## 演示；ARGS=--exit 演示完就退出 / the demo; ARGS=--exit ends after it
	@$(BIN)/bridgefund demo $(ARGS)

test: servers ## 全部测试；ARGS 传给 pytest / all tests; ARGS go to pytest
	$(BIN)/pytest -n 2 --dist worksteal --ignore=tests/console --ignore=tests/web $(ARGS)

test-web: servers ## 网页界面的测试（Chromium）；GUIDE=1 另存截图 / the console's tests in Chromium; GUIDE=1 keeps pictures
	@$(BIN)/python -m tests.web.chromium
	$(BIN)/pytest -n 2 --dist loadfile tests/console $(ARGS)
	$(BIN)/pytest tests/web $(ARGS)

spec: $(if $(MUTATE),servers,$(READY)) ## 每条需求、每个县的测试；MUTATE=1 逐键改动政策 / each requirement's tests; MUTATE=1 changes each key of the policies
	@$(BIN)/python -m tests.spec $(if $(MUTATE),--mutate) $(ARGS)

bench: servers ## 测速并写 docs/benchmarks.md；CHECK=1 只核对下限 / measure; CHECK=1 only checks the floors
	$(BIN)/python -m benchmarks $(if $(CHECK),--check) $(ARGS)

lint: $(READY) ## 检查写法与类型 / style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

lock: $(READY) ## 重新锁定依赖 / lock the dependencies anew
	$(UV) lock --python $(BIN)/python
	$(UV) export --frozen --no-emit-project --all-extras --quiet -o requirements.lock

$(READY):
	@python=; \
	for name in python3.13 python3.12 python3.11 python3; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "需要 Python 3.11 以上版本；本机 / Python 3.11 or newer is needed; here is: $$(python3 --version 2>&1)" >&2; \
	  exit 2; \
	fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	  $$python -m venv --clear .venv || { \
	    echo "无法建立 .venv；Debian 上请先 / .venv cannot be made; on Debian: apt-get install python3-venv" >&2; exit 2; }; \
	fi
	@rm -f .venv/.ready-*
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	$(PIP) sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(PIP) install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@
