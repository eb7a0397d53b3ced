# The GitHub Action's image: prisma-drift with its own Postgres 18, pgvector and contrib modules.
# BASE is pinned by digest when a release is built (.github/workflows/release.yml).
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends binutils git python3 python3-pip
WORKDIR /build
COPY docker/requirements.txt docker/build-requirements.txt docker/
RUN python3 -m venv --without-pip /opt/prisma-drift \
 && pip --python /opt/prisma-drift/bin/python install --no-cache-dir --no-deps --require-hashes -r docker/requirements.txt \
 && python3 -m venv --without-pip /build/tools \
 && pip --python /build/tools/bin/python install --no-cache-dir --no-deps --require-hashes -r docker/build-requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY docs/findings docs/findings
COPY packaging/metadata_hook.py packaging/
COPY src src
RUN /build/tools/bin/hatchling build -t wheel \
 && pip --python /opt/prisma-drift/bin/python install --no-cache-dir --no-deps --no-index dist/*.whl
COPY docker/trim.sh docker/
RUN sh docker/trim.sh /opt/prisma-drift

FROM ${BASE}
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libnss-wrapper libpython3-stdlib python3-minimal \
 && apt-get clean \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc/* /usr/share/info/* /usr/share/man/*
COPY --from=build /usr/bin/git /usr/bin/git
COPY --from=build /opt/prisma-drift /opt/prisma-drift
# The workspace belongs to the runner's user, and only root reads it here.
RUN printf '[safe]\n\tdirectory = *\n' > /etc/gitconfig \
 && ln -s /opt/prisma-drift/bin/prisma-drift /usr/local/bin/prisma-drift \
 && prisma-drift --help > /dev/null && git --version > /dev/null
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
LABEL org.opencontainers.image.title="prisma-drift" \
      org.opencontainers.image.description="Tells a pull request what its Prisma schema and migrations would break." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/prisma-drift/prisma-drift" \
      org.opencontainers.image.url="https://github.com/prisma-drift/prisma-drift" \
      org.opencontainers.image.documentation="https://github.com/prisma-drift/prisma-drift/blob/main/docs/action.md" \
      org.opencontainers.image.vendor="The prisma-drift authors"
# A job of GitHub's gives no words: then it is the action. `docker run -v "$PWD:/repo" IMAGE check` is the command.
WORKDIR /repo
ENTRYPOINT ["prisma-drift"]
CMD ["action"]
