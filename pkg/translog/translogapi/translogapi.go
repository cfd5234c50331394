// Package translogapi serves the public log, as api/translog describes it.
package translogapi

import (
	"context"
	"io"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/translog"
)

// mostNote bounds a checkpoint with the lines of its witnesses.
const mostNote = 64 << 10

// New are the operations of the log. baseURL is that of the pages.
func New(log *translog.Service, baseURL string) edge.Part {
	return edge.Part{
		Routes: edge.Routes{
			"getLog":    {Action: edge.Public},
			"cosignLog": {Action: edge.Public},
		},
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{log, baseURL}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct {
	log     *translog.Service
	baseURL string
}

func (o operations) GetLog(c echo.Context) error { return edge.Do(c, o.log.View, o.reply) }

func (o operations) CosignLog(c echo.Context) error {
	note, err := io.ReadAll(io.LimitReader(c.Request().Body, mostNote))
	if err != nil {
		return err
	}
	return edge.Do(c, func(ctx context.Context) (translog.View, error) { return o.log.Cosign(ctx, note) }, o.reply)
}

func (o operations) reply(v translog.View) edge.Reply {
	return edge.OK(LogView{
		Origin: v.Origin, Key: v.Key, Size: v.Size, Root: v.Root.String(), Checkpoint: v.Checkpoint.Note, SignedAt: v.Checkpoint.SignedAt,
		Address: o.baseURL + "/log", CosignedSize: v.Cosigned,
		Witnesses: edge.Each(v.Cosignatures, func(c translog.Cosignature) Witness {
			return Witness{Name: c.Witness, StatedAt: c.StatedAt}
		}),
	})
}
