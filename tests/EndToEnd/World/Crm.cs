using System.Net;
using System.Net.Http.Json;
using Support;

namespace EndToEnd.World;

/// <summary>The tenants' own application, as their people see it.</summary>
/// <param name="home">Where a tenant is, by its slug.</param>
/// <param name="process">Null where it runs on a machine of the control plane's.</param>
public sealed class Crm(HttpClient http, Func<string, Uri> home, Actor? process = null) : IDisposable
{
    /// <summary>Any name below localhost leads here, whether or not this machine's resolver knows that.</summary>
    public Crm(Actor process)
        : this(Via.Address(IPAddress.Loopback, process.Address.Port), slug => new($"http://{slug}.localhost:{process.Address.Port}"), process)
    {
    }

    public Uri Address => process!.Address;

    /// <summary>Waits for this answer at the tenant's own host.</summary>
    public async Task AnswersAsync(string slug, HttpStatusCode wanted, TimeSpan limit)
    {
        var last = default(HttpStatusCode);
        await Eventually.Async(
            async () =>
            {
                using var answer = await http.GetAsync(At(slug, "/api/whoami"));
                last = answer.StatusCode;
                return last == wanted;
            },
            limit,
            $"{slug} is answered with {wanted}");
    }

    public async Task AddContactAsync(string slug, string name)
    {
        using var answer = await http.PostAsJsonAsync(At(slug, "/api/contacts"), new { name, company = "Ours", email = "somebody@example.com" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    /// <summary>What a tenant's people see there.</summary>
    public async Task<Answer> GetAsync(string slug, string path)
    {
        using var answer = await http.GetAsync(At(slug, path));
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What they send there, and what comes back.</summary>
    public async Task<Answer> PostAsync(string slug, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(At(slug, path), body);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<string> ContactsAsync(string slug) => http.GetStringAsync(At(slug, "/api/contacts"));

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => process!.KillAsync();

    public void Dispose() => http.Dispose();

    private Uri At(string slug, string path) => new(home(slug), path);
}
