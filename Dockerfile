# The image of worker and console: what runs at the lock's versions and hashes, without the tools of development.
FROM python:3.11-slim-bookworm AS build
RUN python3 -m venv /opt/tools && /opt/tools/bin/pip install --no-cache-dir uv==0.13.8
ENV PATH=/opt/tools/bin:$PATH UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /src
# Before the source, so that a change of the source does not install all of it again. As constraints the lock's
# hashes are checked like its versions.
COPY pyproject.toml requirements.lock ./
RUN python3 -m venv --without-pip /opt/bridgefund \
    && uv pip install --python /opt/bridgefund/bin/python3 -r pyproject.toml --extra s3 -c requirements.lock \
    && uv pip install --python /opt/tools/bin/python3 hatchling editables -c requirements.lock
COPY . .
RUN uv build --wheel --no-build-isolation --python /opt/tools/bin/python3 --out-dir /wheels \
    && uv pip install --python /opt/bridgefund/bin/python3 --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin bridgefund \
    # A volume mounted there for the first time takes its owner and mode: the console reads no keys that others can read.
    && install -d -o 10001 -g 10001 -m 700 /console-keys
COPY --from=build /opt/bridgefund /opt/bridgefund
ENV PATH=/opt/bridgefund/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /home/bridgefund
# Asks the Temporal server at $TEMPORAL_ADDRESS: a worker that cannot reach it does nothing.
HEALTHCHECK --interval=30s --timeout=15s --start-period=20s --retries=3 \
    CMD ["python3", "-m", "servers.health"]
CMD ["bridgefund", "worker"]
