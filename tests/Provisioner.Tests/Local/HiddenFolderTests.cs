using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Local;
using Support;

namespace Provisioner.Tests.Local;

/// <summary>A project cloned by root into a folder nobody else can enter, as <c>mktemp -d</c> makes them.</summary>
public sealed class HiddenFolderTests : IDisposable
{
    private readonly string hidden = Path.Combine(ThrowawayFolder.Path, $"hidden-{Guid.CreateVersion7():N}");
    private readonly EmbeddedPostgres embedded;

    public HiddenFolderTests()
    {
        Directory.CreateDirectory(hidden, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        embedded = new EmbeddedPostgres(new EmbeddedPostgresOptions { DataFolder = DataFolder }, NullLogger<EmbeddedPostgres>.Instance);
    }

    private string DataFolder => Path.Combine(hidden, ".data", "postgres");

    [Fact]
    public async Task The_cluster_lives_elsewhere_when_the_account_cannot_enter_and_is_found_again()
    {
        var first = await embedded.StartAsync("catalog", ClusterProfile.Throwaway(), default);
        await Sql.ExecuteAsync(first.ConnectionString, "create table kept (id int)");
        await first.StopAsync(default);

        var second = await embedded.StartAsync("catalog", ClusterProfile.Throwaway(), default);

        await Sql.ExecuteAsync(second.ConnectionString, "select id from kept");
        second.Folder.StartsWith(ClusterHome.Elsewhere, StringComparison.Ordinal).ShouldBe(Environment.IsPrivilegedProcess);
        await second.DeleteAsync(default);
        Directory.Exists(second.Folder).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(DataFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_clone_in_the_same_folder_does_not_get_the_old_data_and_does_not_delete_them()
    {
        var old = await embedded.StartAsync("catalog", ClusterProfile.Throwaway(), default);
        await Sql.ExecuteAsync(old.ConnectionString, "create table old (id int)");
        Directory.Delete(Path.Combine(hidden, ".data"), recursive: true);

        var fresh = await embedded.StartAsync("catalog", ClusterProfile.Throwaway(), default);

        (await Sql.ScalarAsync(fresh.ConnectionString, "select count(*) from pg_class where relname = 'old'")).ShouldBe(0L);
        var aside = Directory.GetDirectories(ClusterHome.Elsewhere, Path.GetFileName(fresh.Folder) + ".2*");
        aside.Length.ShouldBe(Environment.IsPrivilegedProcess ? 1 : 0);
        foreach (var folder in aside)
        {
            Directory.Delete(folder, recursive: true);
        }

        await fresh.DeleteAsync(default);
    }

    [Fact]
    public async Task Data_of_a_project_that_is_gone_are_named_when_the_next_one_is_made()
    {
        var gone = await embedded.StartAsync("gone", ClusterProfile.Throwaway(), default);
        await gone.StopAsync(default);
        Directory.Delete(Path.Combine(hidden, ".data"), recursive: true);
        var log = new RecordedLog();

        var next = await new EmbeddedPostgres(new EmbeddedPostgresOptions { DataFolder = DataFolder }, log).StartAsync("next", ClusterProfile.Throwaway(), default);

        log.Lines.Any(line => line.Contains($"{gone.Folder} belongs to", StringComparison.Ordinal)).ShouldBe(Environment.IsPrivilegedProcess);
        await next.DeleteAsync(default);
        if (Environment.IsPrivilegedProcess)
        {
            Directory.Delete(gone.Folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_pointer_to_nowhere_is_an_error_with_the_remedy()
    {
        Directory.CreateDirectory(DataFolder);
        File.CreateSymbolicLink(Path.Combine(DataFolder, "catalog"), "/var/lib/controlplane/gone");

        var failure = await Should.ThrowAsync<ProvisioningException>(() => embedded.StartAsync("catalog", ClusterProfile.Throwaway(), default));

        failure.Code.ShouldBe("cluster_folder_gone");
    }

    public void Dispose() => Directory.Delete(hidden, recursive: true);

    private sealed class RecordedLog : ILogger<EmbeddedPostgres>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
