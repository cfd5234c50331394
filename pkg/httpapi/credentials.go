package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

func (h *handlers) ProposeTranscript(ctx context.Context, r api.ProposeTranscriptRequestObject) (api.ProposeTranscriptResponseObject, error) {
	p, err := h.Services.Certify.ProposeTranscript(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	return api.ProposeTranscript201JSONResponse{
		Body: proposalOf(p), Headers: api.ProposeTranscript201ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func (h *handlers) ProposeLicense(ctx context.Context, r api.ProposeLicenseRequestObject) (api.ProposeLicenseResponseObject, error) {
	p, err := h.Services.Certify.ProposeLicense(ctx, callOf(ctx).actor, r.License)
	if err != nil {
		return nil, err
	}
	return api.ProposeLicense201JSONResponse{
		Body: proposalOf(p), Headers: api.ProposeLicense201ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func (h *handlers) ProposeChange(ctx context.Context, r api.ProposeChangeRequestObject) (api.ProposeChangeResponseObject, error) {
	p, err := h.Services.Certify.ProposeChange(ctx, callOf(ctx).actor, r.Credential, certify.ChangeInput{
		Action: r.Body.Action, Cause: r.Body.Cause, HolderName: r.Body.HolderName,
	})
	if err != nil {
		return nil, err
	}
	return api.ProposeChange201JSONResponse{
		Body: proposalOf(p), Headers: api.ProposeChange201ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func (h *handlers) GetCredentialRecord(ctx context.Context, r api.GetCredentialRecordRequestObject) (api.GetCredentialRecordResponseObject, error) {
	lines, err := h.Services.Certify.RecordOf(ctx, callOf(ctx).actor, r.Credential)
	if err != nil {
		return nil, err
	}
	return api.GetCredentialRecord200JSONResponse{Lines: each(lines, recordLineOf)}, nil
}

func recordLineOf(l certify.RecordLine) api.RecordLine {
	out := api.RecordLine{
		Kind: api.RecordLineKind(l.Kind), Date: l.Date, Subject: l.Subject, Setting: string(l.Setting), Delivery: string(l.Delivery),
		Earned: string(l.Earned), School: l.School, Minutes: l.Minutes, Sessions: l.Sessions, From: l.From, To: l.To,
	}
	if l.Credit != nil {
		out.Credit = *l.Credit
	}
	return out
}

// exact is JSON whose very bytes matter, since they are hashed.
type exact []byte

// VisitDiscloseEscrowedResponse writes it.
func (e exact) VisitDiscloseEscrowedResponse(w http.ResponseWriter) error {
	return e.VisitDiscloseRecordResponse(w)
}

// VisitDiscloseRecordResponse writes it.
func (e exact) VisitDiscloseRecordResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", fmt.Sprint(len(e)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(e)
	return err
}

func (h *handlers) DiscloseRecord(ctx context.Context, r api.DiscloseRecordRequestObject) (api.DiscloseRecordResponseObject, error) {
	shown, err := h.Services.Certify.Show(ctx, callOf(ctx).actor, r.Credential, showInput(r.Body))
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(shown)
	return exact(raw), err
}

func showInput(in *api.DiscloseInput) certify.ShowInput {
	return certify.ShowInput{Total: in.Total, Subjects: in.Subjects, Sessions: in.Sessions}
}

func (h *handlers) GetEscrowedRecord(ctx context.Context, r api.GetEscrowedRecordRequestObject) (api.GetEscrowedRecordResponseObject, error) {
	held, err := h.Services.Certify.HeldBundle(ctx, callOf(ctx).actor, r.Code)
	if err != nil {
		return nil, err
	}
	lines, err := held.Lines()
	if err != nil {
		return nil, err
	}
	return api.GetEscrowedRecord200JSONResponse{Lines: each(lines, recordLineOf)}, nil
}

func (h *handlers) DiscloseEscrowed(ctx context.Context, r api.DiscloseEscrowedRequestObject) (api.DiscloseEscrowedResponseObject, error) {
	held, err := h.Services.Certify.HeldBundle(ctx, callOf(ctx).actor, r.Code)
	if err != nil {
		return nil, err
	}
	shown, err := held.Show(showInput(r.Body))
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(shown)
	return exact(raw), err
}

func (h *handlers) ListKeys(ctx context.Context, r api.ListKeysRequestObject) (api.ListKeysResponseObject, error) {
	keys, err := h.Services.Certify.Keys(ctx, callOf(ctx).actor, r.Organization)
	if err != nil {
		return nil, err
	}
	return api.ListKeys200JSONResponse{Items: each(keys, keyOf)}, nil
}

func (h *handlers) RotateKeys(ctx context.Context, r api.RotateKeysRequestObject) (api.RotateKeysResponseObject, error) {
	keys, err := h.Services.Certify.RotateKeys(ctx, callOf(ctx).actor, r.Organization)
	if err != nil {
		return nil, err
	}
	return api.RotateKeys200JSONResponse{Items: each(keys, keyOf)}, nil
}

func (h *handlers) RevokeKey(ctx context.Context, r api.RevokeKeyRequestObject) (api.RevokeKeyResponseObject, error) {
	loss, err := h.Services.Certify.RevokeKey(ctx, callOf(ctx).actor, r.Organization, r.Key, r.Body.LostSince, r.Body.Cause)
	if err != nil {
		return nil, err
	}
	return api.RevokeKey200JSONResponse(lossOf(loss)), nil
}

func lossOf(l core.KeyLoss) api.KeyLoss {
	return api.KeyLoss{
		Total: l.Total, Resigned: l.Resigned, Doubtful: l.Doubtful, Running: l.Running(), BegunAt: l.BegunAt, FinishedAt: l.FinishedAt,
	}
}

func (h *handlers) ListDoubtful(ctx context.Context, r api.ListDoubtfulRequestObject) (api.ListDoubtfulResponseObject, error) {
	list, err := h.Services.Certify.Doubtful(ctx, callOf(ctx).actor, r.Organization, r.Key, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListDoubtful200JSONResponse{
		Body: api.DoubtfulList{NextCursor: list.Next, Items: each(list.Items, func(d core.Doubt) api.DoubtfulCredential {
			return api.DoubtfulCredential{
				CredentialId: d.CredentialID, Code: d.Code, Title: d.Title, SubjectName: d.SubjectName, IssuedAt: d.IssuedAt,
				State: d.State, Reason: d.Reason, Message: d.Message,
			}
		})},
		Headers: api.ListDoubtful200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CloseSchool(ctx context.Context, r api.CloseSchoolRequestObject) (api.CloseSchoolResponseObject, error) {
	o, err := h.Services.Certify.CloseSchool(ctx, callOf(ctx).actor, r.Organization, certify.CloseInput{Slug: r.Body.Slug, Cause: r.Body.Cause})
	if err != nil {
		return nil, err
	}
	return api.CloseSchool200JSONResponse(organizationOf(o)), nil
}

func keyOf(k core.SigningKey) api.SigningKey {
	out := api.SigningKey{
		Id: k.ID, Algorithm: api.SigningKeyAlgorithm(k.Algorithm), Issuer: k.DID, CreatedAt: k.CreatedAt, RetiredAt: k.RetiredAt,
		RevokedAt: k.RevokedAt, LostSince: k.LostSince, Cause: k.Cause,
	}
	if !k.Loss.BegunAt.IsZero() {
		out.Loss = lossOf(k.Loss)
	}
	return out
}

func (h *handlers) DownloadJWT(ctx context.Context, r api.DownloadJWTRequestObject) (api.DownloadJWTResponseObject, error) {
	p, err := h.Services.Certify.Package(ctx, r.Code)
	if err != nil {
		return nil, err
	}
	if p.JWT == "" {
		return nil, core.NotFound("JWT")
	}
	return jwt(p.JWT), nil
}

// jwt is a credential as a JWT.
type jwt string

func (j jwt) VisitDownloadJWTResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/vc+jwt")
	w.Header().Set("Content-Length", fmt.Sprint(len(j)))
	w.WriteHeader(http.StatusOK)
	_, err := io.WriteString(w, string(j))
	return err
}

func (h *handlers) DownloadPackage(ctx context.Context, r api.DownloadPackageRequestObject) (api.DownloadPackageResponseObject, error) {
	p, err := h.Services.Certify.Package(ctx, r.Code)
	if err != nil {
		return nil, err
	}
	out := api.DownloadPackage200JSONResponse{Document: p.Document, Jwt: p.JWT, StatusList: p.StatusList, SuspensionList: p.Suspensions}
	if p.Log != nil {
		out.Log = api.LogInclusion{Log: p.Log.Log, Event: p.Log.Event, Salt: p.Log.Salt, Payload: p.Log.Payload, Proof: p.Log.Proof}
	}
	return out, nil
}

func (h *handlers) GetLog(ctx context.Context, _ api.GetLogRequestObject) (api.GetLogResponseObject, error) {
	v, err := h.Translog.View(ctx)
	if err != nil {
		return nil, err
	}
	return api.GetLog200JSONResponse(h.logOf(v)), nil
}

// mostNote bounds a checkpoint with the lines of its witnesses.
const mostNote = 64 << 10

func (h *handlers) CosignLog(ctx context.Context, r api.CosignLogRequestObject) (api.CosignLogResponseObject, error) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, mostNote))
	if err != nil {
		return nil, err
	}
	v, err := h.Translog.Cosign(ctx, raw)
	if err != nil {
		return nil, err
	}
	return api.CosignLog200JSONResponse(h.logOf(v)), nil
}

func (h *handlers) logOf(v translog.View) api.LogView {
	return api.LogView{
		Origin: v.Origin, Key: v.Key, Size: v.Size, Root: v.Root.String(), Checkpoint: v.Checkpoint.Note, SignedAt: v.Checkpoint.SignedAt,
		Address: h.o.BaseURL + "/log", CosignedSize: v.Cosigned,
		Witnesses: each(v.Cosignatures, func(c translog.Cosignature) api.Witness {
			return api.Witness{Name: c.Witness, StatedAt: c.StatedAt}
		}),
	}
}

// replacement is the address of the credential that replaced one.
func (h *handlers) replacement(code string) string {
	if code == "" {
		return ""
	}
	return h.page(code)
}
