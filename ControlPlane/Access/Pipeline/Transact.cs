using ControlPlane.Access.Auditing;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore.Storage;

namespace ControlPlane.Access.Pipeline;

/// <summary>
/// Puts all of a command into one transaction. A command sent by another command's handler joins that one's. What is refused
/// is rolled back and leaves one audit entry that says so.
/// </summary>
internal sealed class Transact<TRequest, TAnswer>(CatalogDb db, AuditTrail trail, Caller caller, AfterCommit after)
    : IPipelineBehavior<TRequest, TAnswer>
    where TRequest : Command<TAnswer>
{
    public async Task<TAnswer> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            return await next();
        }

        TAnswer answer;
        after.Forget();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            try
            {
                answer = await next();
                await transaction.CommitAsync(cancellationToken);
            }
            catch (ProblemException refusal)
            {
                await RefuseAsync(request, refusal, transaction, cancellationToken);
                throw;
            }
            catch (Exception error) when (Constraints.Explain(error) is { } refusal)
            {
                throw await RefuseAsync(request, refusal, transaction, cancellationToken);
            }
        }

        after.Run();
        return answer;
    }

    private async Task<ProblemException> RefuseAsync(TRequest request, ProblemException refusal, IDbContextTransaction transaction, CancellationToken ct)
    {
        await transaction.RollbackAsync(CancellationToken.None);
        var note = AuditNote.Of(request, request.Subject(), request.Tenant(), AuditOutcome.Refused).Because(refusal.Code);
        await trail.AppendAloneAsync(note, caller, ct);
        return refusal;
    }
}
