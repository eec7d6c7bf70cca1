using System.Text.RegularExpressions;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Access.Keys;

/// <summary>Makes an API key. The answer is the only place where the key itself ever appears.</summary>
/// <param name="Name">Whose it is: lower-case letters, digits and dashes.</param>
/// <param name="Servers">Of a runtime key: names of the servers whose routes it may read; null is all.</param>
/// <param name="ExpiresAt">Null is never.</param>
[Requires(Role.Admin)]
public sealed partial record CreateKey(string Name, Role Role, IReadOnlyList<string>? Servers = null, DateTimeOffset? ExpiresAt = null)
    : Command<CreateKey.Created>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapCommand<CreateKey, Created>(HttpMethod.Post, "/keys", created => $"/v1/keys/{created.Name}");

    public override string Subject() => $"keys/{Name}";

    public override IEnumerable<Fault> Faults()
    {
        if (!NameForm().IsMatch(Name))
        {
            yield return new("name", "must be 1 to 62 lower-case letters, digits and dashes, beginning with a letter");
        }

        if (Servers is not null && Role != Role.Runtime)
        {
            yield return new("servers", "is for runtime keys only");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,61}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();

    /// <summary>The new key.</summary>
    /// <param name="Key">Shown this once.</param>
    public sealed record Created(Guid Id, string Name, Role Role, DateTimeOffset? ExpiresAt, string Key);

    internal sealed class Handler(CatalogDb db, Caller caller) : IRequestHandler<CreateKey, Created>
    {
        public async Task<Created> Handle(CreateKey request, CancellationToken cancellationToken)
        {
            var now = await db.Database.SqlQuery<DateTimeOffset>($"select now() as \"Value\"").SingleAsync(cancellationToken);
            if (request.ExpiresAt <= now)
            {
                throw InvalidRequest.Of(new Fault("expiresAt", "must be in the future"));
            }

            var text = KeyText.Create();
            var key = new ApiKey
            {
                Name = request.Name,
                Prefix = KeyText.PrefixOf(text)!,
                Hash = KeyText.Hash(text),
                Role = request.Role,
                ServerIds = await FindServersAsync(request.Servers, cancellationToken),
                CreatedBy = caller.Name,
                ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
            };
            db.Set<ApiKey>().Add(key);
            return new(key.Id, key.Name, key.Role, key.ExpiresAt, text);
        }

        private async Task<Guid[]?> FindServersAsync(IReadOnlyList<string>? names, CancellationToken ct)
        {
            if (names is null)
            {
                return null;
            }

            var found = await db.Servers.Where(s => names.Contains(s.Name)).ToDictionaryAsync(s => s.Name, s => s.Id, ct);
            var unknown = names.Where(n => !found.ContainsKey(n)).Select(n => new Fault("servers", $"names '{n}', which is no server")).ToArray();
            return unknown.Length == 0 ? [.. found.Values] : throw InvalidRequest.Of(unknown);
        }
    }
}
