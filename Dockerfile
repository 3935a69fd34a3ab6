# Builds the container image; deploy/compose.yaml shows how to run it beside a game. In this folder:
#
#   docker build -t ngcshare .
#
# Image names are fully qualified, so that every builder finds the same images.
FROM docker.io/library/debian:trixie-slim AS build
WORKDIR /source

# Slow steps that rarely change come first, so that a change of the code does not repeat them.
COPY deploy/setup.sh deploy/debian-mirror.sh deploy/toxcore.sh deploy/
COPY deploy/toxcore deploy/toxcore
RUN deploy/setup.sh && rm -rf /var/lib/apt/lists/*

# Copies everything that .dockerignore permits, builds the program, and writes the names of the
# packages with its libraries to /result/packages.
COPY . .
RUN cmake --preset release -DNGCSHARE_TESTS=OFF -DNGCSHARE_PACKAGE=OFF \
    && cmake --build --preset release --target ngcshare --parallel "$(nproc)" \
    && mkdir /result \
    && strip -o /result/ngcshare build/release/bot/ngcshare \
    && ldd /result/ngcshare | awk '$3 ~ "^/" { print $3 }' | xargs realpath | xargs dpkg -S \
      | cut -d: -f1 | sort -u >/result/packages \
    && rm -rf build

FROM docker.io/library/debian:trixie-slim
# Removes all setuid and setgid bits. Any user may write to the data folder, because the container
# can run as any user; ngcshare's files in it are readable by that user only.
COPY --from=build /result/packages /usr/share/ngcshare/packages
RUN apt-get update \
    && xargs apt-get install -y --no-install-recommends tini </usr/share/ngcshare/packages \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/* \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
    && install -d -m 1777 /data
COPY LICENSE /usr/share/doc/ngcshare/copyright
COPY --from=build /result/ngcshare /usr/bin/ngcshare

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ngcshare" \
      org.opencontainers.image.description="Share network services with a Tox group" \
      org.opencontainers.image.licenses="GPL-3.0-or-later" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

ENV NGCSHARE_DATA_DIR=/data
VOLUME /data
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=2m --retries=3 CMD ["ngcshare", "health"]
ENTRYPOINT ["tini", "--", "ngcshare"]
CMD ["run"]
