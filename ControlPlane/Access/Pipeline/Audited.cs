using ControlPlane.Access.Auditing;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Access.Pipeline;

/// <summary>Saves what the handler changed and adds the audit entry; if that cannot be written, nothing is changed.</summary>
internal sealed class Audited<TRequest, TAnswer>(CatalogDb db, AuditTrail trail, Caller caller) : IPipelineBehavior<TRequest, TAnswer>
    where TRequest : Command<TAnswer>
{
    public async Task<TAnswer> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        var answer = await next();
        await db.SaveChangesAsync(cancellationToken);
        var note = AuditNote.Of(request, request.Subject(), request.Tenant(), AuditOutcome.Done);
        await trail.AppendAsync((NpgsqlConnection)db.Database.GetDbConnection(), note, caller, cancellationToken);
        return answer;
    }
}
