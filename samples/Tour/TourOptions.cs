namespace Tour;

/// <summary>What a person may choose.</summary>
/// <param name="Exit">Leave when the story is told, with 0 only if every check held.</param>
/// <param name="Data">Folder of everything that is kept.</param>
/// <param name="ControlPlanePort">Of the control plane.</param>
/// <param name="ApplicationPort">Of the tenant application.</param>
public sealed record TourOptions(bool Exit, string Data, int ControlPlanePort, int ApplicationPort)
{
    private const string Help = """
        Starts the control plane, PostgreSQL and a small CRM on this machine, and plays a short story with five customers.

        Usage: ./run [--exit] [--data FOLDER] [--ports CONTROL,APPLICATION]

          --exit     leave when the story is told: 0 if every check held, else 1
          --data     where everything is kept                   (default: .data)
          --ports    of the control plane and the application   (default: 5080,5081)

        Without --exit everything stays up until Ctrl-C, to be looked at in a browser and with ./ctl.
        """;

    /// <summary>Null when the program has nothing more to do; then it has said why.</summary>
    public static TourOptions? Parse(string[] args)
    {
        var options = new TourOptions(Exit: false, Path.GetFullPath(".data"), 5080, 5081);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--exit":
                    options = options with { Exit = true };
                    break;
                case "--data" when value is not null:
                    options = options with { Data = Path.GetFullPath(value) };
                    i++;
                    break;
                case "--ports" when value?.Split(',') is [var control, var application]
                    && int.TryParse(control, out var controlPort) && int.TryParse(application, out var applicationPort):
                    options = options with { ControlPlanePort = controlPort, ApplicationPort = applicationPort };
                    i++;
                    break;
                default:
                    (args[i] is "--help" or "-h" ? Console.Out : Console.Error).WriteLine(
                        args[i] is "--help" or "-h" ? Help : $"'{args[i]}' is not understood.{Environment.NewLine}{Environment.NewLine}{Help}");
                    return null;
            }
        }

        return options;
    }
}
