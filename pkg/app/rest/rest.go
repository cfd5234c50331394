package rest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyapi"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/continuing/continuingapi"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensureapi"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/career/renewal/renewalapi"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/career/specialty/specialtyapi"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/check/employer/employerapi"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/classroom/classroomapi"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/earn/registry/registryapi"
	"github.com/palmar/palmar/pkg/home/shared"
	"github.com/palmar/palmar/pkg/home/shared/sharedapi"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accountapi"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/people/dispute/disputeapi"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/people/grant/grantapi"
	"github.com/palmar/palmar/pkg/platform/edge"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/translog/translogapi"
)

// Services are what the operations call.
type Services struct {
	Account    *account.Service
	Grants     *grant.Service
	Disputes   *dispute.Service
	Logbook    *logbook.Service
	Certify    *certify.Service
	Licensure  *licensure.Service
	Registry   *registry.Service
	Classroom  *classroom.Service
	Employer   *employer.Service
	Renewal    *renewal.Service
	Translog   *translog.Service
	Continuing *continuing.Service
	Specialty  *specialty.Service
}

// Options say how the installation is reached and where the first answers of
// repeated requests are kept.
type Options struct {
	// BaseURL of the pages, without a slash at the end.
	BaseURL string
	Source  core.Source
	Answers core.Transactor[edge.Answers]
}

// API serves the contract.
type API struct {
	*edge.API
	docs docs
}

// contract is what the contract, which is part of the program, says of every
// API alike.
type contract struct {
	edge *edge.Contract
	docs docs
}

var readContract = sync.OnceValues(func() (contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Contract)
	if err != nil {
		return contract{}, fmt.Errorf("read the contract: %w", err)
	}
	return contract{edge.ReadContract(doc), newDocs(doc)}, nil
})

// New makes the API of the contract.
func New(s Services, o Options) (*API, error) {
	c, err := readContract()
	if err != nil {
		return nil, err
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	who := edge.Options{Authenticate: func(ctx context.Context, token string) (access.Actor, error) {
		return s.Account.Authenticate(ctx, token)
	}, Source: o.Source, Answers: o.Answers}
	return &API{API: edge.New(c.edge, who, parts(s, o)...), docs: c.docs}, nil
}

// parts are the operations of the subjects, in the order of the floors.
func parts(s Services, o Options) []edge.Part {
	return []edge.Part{
		accountapi.New(s.Account),
		grantapi.New(s.Grants, o.Source, o.BaseURL),
		disputeapi.New(s.Disputes, o.Source),
		logbookapi.New(s.Logbook),
		classroomapi.New(s.Classroom, o.BaseURL),
		registryapi.New(s.Registry),
		licensureapi.New(s.Licensure, o.Source),
		specialtyapi.New(s.Specialty),
		continuingapi.New(s.Continuing, o.Source),
		renewalapi.New(s.Renewal, o.BaseURL),
		translogapi.New(s.Translog, o.BaseURL),
		certifyapi.New(s.Certify, o.BaseURL),
		employerapi.New(s.Employer, o.Source, o.BaseURL),
		sharedapi.New(shared.Reader{Grants: s.Grants, Certify: s.Certify, Licensure: s.Licensure, Specialty: s.Specialty, Continuing: s.Continuing, Logbook: s.Logbook}, o.BaseURL),
	}
}

// Register adds every operation of the contract, /docs, /openapi.yaml and
// /openapi.json.
func (a *API) Register(e *echo.Echo) {
	a.API.Register(e)
	a.docs.register(e)
}
