package sharedapi

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 -config ../../../../api/config.yaml -package sharedapi -o contract.gen.go ../../../../api/shared/openapi.yaml
