# ngcshare in a container; deploy/compose.yaml shows how to run it beside a game. In this folder:
#
#   docker build -t ngcshare .
#
# The names of images are whole, so that every builder finds the same ones.
FROM docker.io/library/debian:trixie-slim AS build
WORKDIR /source

# What takes long and seldom changes comes first: a change of the code doesn't repeat it.
COPY deploy/setup.sh deploy/debian-mirror.sh deploy/toxcore.sh deploy/
RUN deploy/setup.sh && rm -rf /var/lib/apt/lists/*

COPY CMakeLists.txt CMakePresets.json ./
COPY deploy deploy
COPY protocol protocol
COPY storage storage
COPY bot bot
RUN cmake --preset release -DNGCSHARE_TESTS=OFF -DNGCSHARE_BENCH=OFF \
    && cmake --build --preset release --target ngcshare --parallel "$(nproc)" \
    && mkdir /result \
    && strip -o /result/ngcshare build/release/bot/ngcshare
# The packages that its libraries are in.
RUN ldd /result/ngcshare | awk '$3 ~ "^/" { print $3 }' | xargs realpath | xargs dpkg -S \
    | cut -d: -f1 | sort -u >/result/packages

FROM docker.io/library/debian:trixie-slim
# No program may give itself the rights of another user. The folder for the data may be written by
# whatever user the container is run as; what ngcshare puts there is for that user alone.
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
