using System.Net.Http.Headers;
using ControlPlane.Access;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Tests.Catalog;

public sealed class CatalogEventsTests(ApiHost api) : IClassFixture<ApiHost>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Answers_that_go_on_for_ever_end_when_the_control_plane_is_to_stop()
    {
        var operation = Guid.CreateVersion7();
        await api.Database.ExecuteAsync($"""
            insert into operations (id, workflow, subject_id, subject, state, undoable, deadline, input, requested_by)
            values ('{operation}', 'TenantMove', '{Guid.CreateVersion7()}', 'acme', 'waiting', true, now(), '{"{}"}', 'somebody')
            """);
        using var http = new HttpClient { BaseAddress = new Uri(api.App.Urls.First()) };
        var streams = await Task.WhenAll(OpenAsync(http, "/v1/runtime/changes?after=0"), OpenAsync(http, $"/v1/operations/{operation}/events"));

        api.App.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        foreach (var stream in streams)
        {
            await stream.CopyToAsync(Stream.Null).WaitAsync(Limit);
        }
    }

    private async Task<Stream> OpenAsync(HttpClient http, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await api.KeyAsync(path.Contains("runtime", StringComparison.Ordinal) ? Role.Runtime : Role.Viewer));
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
    }
}
