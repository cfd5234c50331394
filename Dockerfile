FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /palmar ./cmd/palmar \
	&& mkdir -p /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /palmar /palmar
COPY --from=build --chown=65532:65532 /data /data
ENV PALMAR_LISTEN=:8080 PALMAR_DATA_DIR=/data PALMAR_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/palmar", "health"]
ENTRYPOINT ["/palmar"]
CMD ["serve"]
