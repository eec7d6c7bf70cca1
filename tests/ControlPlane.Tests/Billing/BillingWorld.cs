using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Api;
using ControlPlane.Tests.Api;

namespace ControlPlane.Tests.Billing;

/// <summary>A control plane that takes events, and a billing system that signs them.</summary>
public sealed class BillingWorld : IAsyncLifetime
{
    public const string Path = "/v1/webhooks/billing";
    public const string Secret = "canary-billing-2f1d0c5a9b7e4836-new";
    public const string OldSecret = "canary-billing-2f1d0c5a9b7e4836-old";

    public ApiHost Api { get; } = new() { Settings = { ["Billing:Secrets"] = $"{OldSecret}, {Secret}", ["ControlPlane:Limits:FailedPerAddress"] = "1000" } };

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public static string NewId() => $"evt_{Guid.CreateVersion7():N}";

    /// <summary>As any sender would make it.</summary>
    public static string Sign(string body, string secret = Secret, long? at = null) =>
        $"t={at ?? Now},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at ?? Now}.{body}")))}";

    public Task InitializeAsync() => Api.InitializeAsync();

    public Task DisposeAsync() => Api.DisposeAsync();

    /// <summary>Sends an event as it should be.</summary>
    public Task<ApiHost.Answer> TellAsync(object happened)
    {
        var body = TextOf(happened);
        return SendAsync(body, Sign(body));
    }

    /// <param name="signature">Null sends none.</param>
    public Task<ApiHost.Answer> SendAsync(string body, string? signature) => SendAsync(Api, body, signature);

    public static async Task<ApiHost.Answer> SendAsync(ApiHost api, string body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("Billing-Signature", signature);
        }

        return await api.SendAsync(request);
    }

    public static string TextOf(object happened) => JsonSerializer.Serialize(happened, ApiJson.Options);

    /// <summary>A tenant that is served, and its slug.</summary>
    public async Task<string> NewTenantAsync(string plan = "starter", long? megabytes = null)
    {
        var (tenant, database) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var slug = $"b{tenant:N}"[..20];
        var bytes = megabytes is { } size ? (size * 1_000_000).ToString(CultureInfo.InvariantCulture) : "null";
        await Api.Database.ExecuteAsync($"""
            insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target)
            values ('{Guid.Empty}', 's', 'local', 'shared', 'active', '127.0.0.1', 1, '', 1, 1, 0) on conflict do nothing;
            insert into tenants (id, slug, plan, tier, region, state) values ('{tenant}', '{slug}', '{plan}', 'shared', 'local', 'active');
            insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret, bytes)
            values ('{database}', '{Guid.Empty}', '{tenant}', 't_{database:N}', 'assigned', '', {bytes});
            update tenants set database_id = '{database}' where id = '{tenant}';
            """);
        return slug;
    }

    public async Task<string> PlanOfAsync(string slug) => (string)(await Api.GetAsync($"/v1/tenants/{slug}")).Body["tenant"]!["plan"]!;

    public async Task<string> StateOfAsync(string slug) => (string)(await Api.GetAsync($"/v1/tenants/{slug}")).Body["tenant"]!["state"]!;

    /// <summary>Entries of the audit trail, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> AuditAsync(string filter)
    {
        var answer = await Api.GetAsync($"/v1/audit?{filter}&limit=500");
        answer.Status.ShouldBe(200, answer.Text);
        return [.. answer.Body["items"]!.AsArray().Select(e => e!)];
    }
}
