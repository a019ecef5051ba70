# Built from the lock file alone: `docker build -t leakwatch .`; docs/docker.md says how it is run.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/leakwatch \
    && /opt/leakwatch/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/leakwatch/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
COPY --from=build /opt/leakwatch /opt/leakwatch
# No home: the program keeps nothing outside the folders it is given.
RUN useradd --no-create-home --uid 10101 leakwatch
USER leakwatch
ENV PATH=/opt/leakwatch/bin:$PATH PYTHONDONTWRITEBYTECODE=1
# As a step in mercure, Holoscan or MONAI Deploy the folders come by the environment.
ENTRYPOINT ["leakwatch"]
CMD ["module"]
